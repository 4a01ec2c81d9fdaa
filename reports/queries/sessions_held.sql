-- one row: a session with somebody present, or with heads counted
select * , 1 as measure
from ses
where exists (select 1 from att where att.session = ses.session and att.present)
	or exists (select 1 from head where head.session = ses.session)
